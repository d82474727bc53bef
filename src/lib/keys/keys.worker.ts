/// <reference lib="webworker" />
import { failureOf, type FromVault, type ToVault } from './vault-client.ts';
import { Vault } from './vault.ts';

const vault = new Vault(() => Date.now());
const post = (message: FromVault): void => postMessage(message);

onmessage = ({ data: { id, call, args } }: MessageEvent<ToVault>): void => {
  // The names are a closed list of the client's; what it does not know is not on the vault's prototype either.
  const run = async (): Promise<unknown> =>
    (vault[call] as (...given: unknown[]) => Promise<unknown>).apply(vault, [...args]);
  run().then(
    (value) => post({ id, value }),
    (error: unknown) => post({ id, failure: failureOf(error) })
  );
};
