// A command of PocketBase's own binary for `npm run backup`: a consistent copy of the database while a server
// writes. It runs in a process of its own and takes no lock that a writer would wait for (SQLite, VACUUM INTO).
$app.rootCmd.addCommand(
  new Command({
    use: 'snapshot',
    run: (cmd, args) => {
      const target = String(args[0]);
      if (target.includes("'")) throw new Error('The path may hold no apostrophe.');
      $app.nonconcurrentDB().newQuery(`VACUUM INTO '${target}'`).execute();
      console.log('snapshot done');
    }
  })
);
