import type { VaultClient } from '../keys/vault-client.ts';
import { startWorker } from '../work/policy.ts';

let shared: Promise<VaultClient> | null = null;

/** The page's one keys worker: it starts with the first question, and private keys are open in there only. */
export function vault(): Promise<VaultClient> {
  return (shared ??= (async () => {
    const [{ connectVault }, { default: url }] = await Promise.all([
      import('../keys/vault-client.ts'),
      import('../keys/keys.worker.ts?worker&url')
    ]);
    return connectVault(() => startWorker(url, 'keys'));
  })());
}
