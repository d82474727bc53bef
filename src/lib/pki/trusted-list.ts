import { fromBase64 } from '../bytes/base64.ts';
import { childOf, childrenOf, down, textIn, type XmlElement } from './xml.ts';

const SERVICE = 'http://uri.etsi.org/TrstSvc/Svctype/';
/** Issue certificates for qualified signatures (ETSI TS 119 612 §5.5.1.1). */
const ISSUES = new Set([`${SERVICE}CA/QC`]);
/** Give qualified timestamps. */
const TIMES = new Set([`${SERVICE}TSA/QTST`]);
const GRANTED = 'http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted';

/** What a trusted list says of itself; none of it is proven, its own signature is not checked here. */
export interface TrustedListFacts {
  readonly operator: string;
  /** Country code, or empty. */
  readonly territory: string;
  readonly sequence: number;
  /** As written (ISO 8601). */
  readonly issued: string;
  /** As written; null: the list is closed (§5.3.15). */
  readonly nextUpdate: string | null;
}

export interface TrustedList {
  readonly facts: TrustedListFacts;
  /** DER, as written: of services that issue certificates, and of those that give times. */
  readonly issuers: readonly Uint8Array[];
  readonly authorities: readonly Uint8Array[];
  /** Pointers to other lists: with no service of its own it is the list of the lists. */
  readonly pointers: number;
}

/** Certificates of ServiceDigitalIdentity (§5.5.3); one in broken base64 is left out. */
function certificatesOf(information: XmlElement): Uint8Array[] {
  return childrenOf(childOf(information, 'ServiceDigitalIdentity'), 'DigitalId').flatMap((id) =>
    childrenOf(id, 'X509Certificate').flatMap((certificate) => {
      try {
        return [fromBase64(textIn(certificate))];
      } catch {
        return [];
      }
    })
  );
}

function named(element: XmlElement | null): string {
  const names = childrenOf(element, 'Name');
  const english = names.find(({ attributes }) => attributes.get('xml:lang')?.toLowerCase() === 'en');
  return textIn(english ?? names[0] ?? null);
}

export const isTrustedList = (root: XmlElement): boolean => root.name === 'TrustServiceStatusList';

/**
 * An EU trusted list (ETSI TS 119 612). Only services that are granted now count; what was withdrawn is left out,
 * also for times when it was not.
 */
export function readTrustedList(root: XmlElement): TrustedList {
  const scheme = childOf(root, 'SchemeInformation');
  const issuers: Uint8Array[] = [];
  const authorities: Uint8Array[] = [];
  for (const provider of childrenOf(childOf(root, 'TrustServiceProviderList'), 'TrustServiceProvider')) {
    for (const service of childrenOf(childOf(provider, 'TSPServices'), 'TSPService')) {
      const information = childOf(service, 'ServiceInformation');
      if (information === null || textIn(childOf(information, 'ServiceStatus')) !== GRANTED) continue;
      const type = textIn(childOf(information, 'ServiceTypeIdentifier'));
      if (ISSUES.has(type)) issuers.push(...certificatesOf(information));
      else if (TIMES.has(type)) authorities.push(...certificatesOf(information));
    }
  }
  const next = down(scheme, 'NextUpdate', 'dateTime');
  return {
    facts: {
      operator: named(childOf(scheme, 'SchemeOperatorName')),
      territory: textIn(childOf(scheme, 'SchemeTerritory')),
      sequence: Number(textIn(childOf(scheme, 'TSLSequenceNumber'))) || 0,
      issued: textIn(childOf(scheme, 'ListIssueDateTime')),
      nextUpdate: next === null ? null : textIn(next)
    },
    issuers,
    authorities,
    pointers: childrenOf(childOf(scheme, 'PointersToOtherTSL'), 'OtherTSLPointer').length
  };
}
