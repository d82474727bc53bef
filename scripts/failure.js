/** Something the person at the terminal can act on: its message is one sentence, shown without a stack. */
export class Failure extends Error {
  name = 'Failure';
}

/** Runs a script's main function: a Failure becomes its sentence and exit code 1. */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exit(1);
  }
}
