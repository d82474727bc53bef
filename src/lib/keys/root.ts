import { fromBase64, toBase64 } from '../bytes/base64.ts';
import type { SetupOpened, SetupRequest } from '../domain/api.ts';
import { issuingCertificate, rootCertificate, serialFrom, statementCertificate } from '../pki/authority.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { certificateRevocationList } from '../pki/crl.ts';
import type { ToBeSigned } from '../pki/to-be-signed.ts';
import { backUp } from './backup.ts';
import { SCHEMES } from './algorithm.ts';
import { makeKey } from './lock.ts';
import { memberBytes, type LockedKeyRecord } from './record.ts';

const DAY = 86_400_000;

export interface NewWorkspaceRoot extends Pick<SetupRequest, 'root' | 'issuing' | 'statement' | 'rootCrl'> {
  /** The locked root key, for the owner's own store. Never for the server (`security.md` C1). */
  readonly record: LockedKeyRecord;
  /** Encrypted backup file of the root key with its certificate; set-up is not done before it is saved. */
  readonly backup: Uint8Array;
}

export interface RootInput {
  /** The server's public keys, from `POST setup/open`. */
  readonly opened: SetupOpened;
  readonly workspaceName: string;
  /** Locks the root key in this browser and its backup file. */
  readonly passphrase: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/**
 * Makes the workspace's root in the owner's browser and signs with it what the server needs: its issuing
 * authority, its statement key, and an empty list of revoked authorities good for 400 days. What goes to the
 * server is public; the private key leaves this function only locked. Throws KeyError and PkiError.
 */
export async function setUpRoot(input: RootInput): Promise<NewWorkspaceRoot> {
  const { opened, workspaceName, now } = input;
  const { record, privateKey } = await makeKey({ lock: 'passphrase', passphrase: input.passphrase });
  const spki = memberBytes(record.spki);
  const sign = async ({ bytes, finish }: ToBeSigned): Promise<Uint8Array> => {
    const signature = await crypto.subtle.sign(SCHEMES.ES256.signing, privateKey, Uint8Array.from(bytes));
    return finish(new Uint8Array(signature));
  };
  const serial = (): Uint8Array => serialFrom(crypto.getRandomValues(new Uint8Array(16)));

  const rootDer = await sign(rootCertificate({ name: `${workspaceName} Root`, spki, serial: serial(), now }));
  const issuer = parseCertificate(rootDer);
  const issuing = await sign(
    issuingCertificate({
      issuer,
      name: `${workspaceName} Issuing`,
      spki: fromBase64(opened.issuingSpki),
      serial: serial(),
      now
    })
  );
  const statement = await sign(
    statementCertificate({
      issuer,
      name: `${workspaceName} Statements`,
      spki: fromBase64(opened.statementSpki),
      serial: serial(),
      now
    })
  );
  const rootCrl = await sign(
    certificateRevocationList({ issuer, number: now, now, next: now + 400 * DAY, revoked: [] })
  );
  const root = toBase64(rootDer);
  const backup = await backUp(
    record,
    { kind: 'passphrase', passphrase: input.passphrase },
    input.passphrase,
    {
      kind: 'root',
      certificates: [root]
    }
  );
  return {
    root,
    issuing: toBase64(issuing),
    statement: toBase64(statement),
    rootCrl: toBase64(rootCrl),
    record,
    backup
  };
}
