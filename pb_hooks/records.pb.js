// What no route may do either, and what a sign-in leaves behind.
onRecordUpdate((e) => require(`${__hooks}/lib/append-only.js`).refuse(e), 'events', 'revisions');
onRecordDelete((e) => require(`${__hooks}/lib/append-only.js`).refuse(e), 'events', 'revisions');
onRecordAuthRequest((e) => require(`${__hooks}/lib/append-only.js`).noteSignIn(e), 'users');
