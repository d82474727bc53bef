import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** What EU DSS says of files, one JSON line each: `java -jar … ROOT.crt[,ROOT.crt] FILE…` */
public final class DssJudge {
  public static void main(String[] args) {
    CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
    for (String root : args[0].split(",")) {
      roots.addCertificate(DSSUtils.loadCertificate(new File(root)));
    }
    for (int i = 1; i < args.length; i++) {
      System.out.println(judge(args[i], roots));
    }
  }

  private static String judge(String file, CommonTrustedCertificateSource roots) {
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(roots);
    PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(file));
    validator.setCertificateVerifier(verifier);
    Reports reports = validator.validateDocument();
    SimpleReport simple = reports.getSimpleReport();
    DiagnosticData data = reports.getDiagnosticData();
    List<String> signatures = new ArrayList<>();
    for (SignatureWrapper signature : data.getSignatures()) {
      String id = signature.getId();
      PDFRevisionWrapper revision = signature.getPDFRevision();
      List<String> said = new ArrayList<>();
      simple.getAdESValidationErrors(id).forEach(message -> said.add(message.getValue()));
      simple.getAdESValidationWarnings(id).forEach(message -> said.add(message.getValue()));
      signatures.add(
          "{\"field\":" + text(String.join(",", signature.getSignatureFieldNames()))
              + ",\"level\":" + text(String.valueOf(signature.getSignatureFormat()))
              + ",\"indication\":" + text(String.valueOf(simple.getIndication(id)))
              + ",\"sub\":" + text(String.valueOf(simple.getSubIndication(id)))
              + ",\"visual\":" + revision.getPdfVisualDifferenceConcernedPages().size()
              + ",\"overlap\":" + revision.getPdfAnnotationsOverlapConcernedPages().size()
              + ",\"changes\":" + list(revision.getPdfUndefinedChanges().stream()
                  .map(change -> change.getAction() + " " + change.getValue() + " " + change.getType()).toList())
              + ",\"timestamps\":" + signature.getTimestampList().size()
              + ",\"said\":" + list(said) + "}");
    }
    List<String> timestamps = new ArrayList<>();
    for (TimestampWrapper stamp : data.getTimestampList()) {
      timestamps.add(
          "{\"type\":" + text(String.valueOf(stamp.getType()))
              + ",\"valid\":" + (stamp.isMessageImprintDataIntact() && stamp.isSignatureValid())
              + ",\"undefined\":" + (stamp.getPDFRevision() == null ? 0 : stamp.getPDFRevision().getPdfUndefinedChanges().size()) + "}");
    }
    return "{\"file\":" + text(file) + ",\"signatures\":[" + String.join(",", signatures)
        + "],\"timestamps\":[" + String.join(",", timestamps) + "]}";
  }

  private static String list(List<String> items) {
    return "[" + String.join(",", items.stream().map(DssJudge::text).toList()) + "]";
  }

  private static String text(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\s+", " ") + "\"";
  }
}
