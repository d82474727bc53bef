// A route is one line; what it does stands in lib/routes.js. Each handler runs apart from this file.
const blobLimit = $apis.bodyLimit((50 << 20) + 1024);

routerAdd('POST', '/api/countersign/setup/open', (e) => require(`${__hooks}/lib/routes.js`).setupOpen(e));
routerAdd('POST', '/api/countersign/setup', (e) => require(`${__hooks}/lib/routes.js`).setup(e));
routerAdd('GET', '/api/countersign/me', (e) => require(`${__hooks}/lib/routes.js`).me(e));
routerAdd('POST', '/api/countersign/workspace', (e) =>
  require(`${__hooks}/lib/routes.js`).changeWorkspace(e)
);
routerAdd('GET', '/api/countersign/members', (e) => require(`${__hooks}/lib/routes.js`).members(e));
routerAdd('POST', '/api/countersign/members', (e) => require(`${__hooks}/lib/routes.js`).invite(e));
routerAdd('POST', '/api/countersign/teams', (e) => require(`${__hooks}/lib/routes.js`).addTeam(e));
routerAdd('GET', '/api/countersign/tokens', (e) => require(`${__hooks}/lib/routes.js`).tokens(e));
routerAdd('POST', '/api/countersign/tokens', (e) => require(`${__hooks}/lib/routes.js`).addToken(e));
routerAdd('POST', '/api/countersign/tokens/revoke', (e) =>
  require(`${__hooks}/lib/routes.js`).revokeToken(e)
);
routerAdd(
  'POST',
  '/api/countersign/documents',
  (e) => require(`${__hooks}/lib/routes.js`).takeDocument(e),
  blobLimit
);
routerAdd('POST', '/api/countersign/invite/open', (e) => require(`${__hooks}/lib/routes.js`).inviteOpen(e));
routerAdd('POST', '/api/countersign/invite/accept', (e) =>
  require(`${__hooks}/lib/routes.js`).inviteAccept(e)
);
routerAdd('POST', '/api/countersign/nonce', (e) => require(`${__hooks}/lib/routes.js`).nonce(e));
routerAdd('POST', '/api/countersign/certificates', (e) =>
  require(`${__hooks}/lib/routes.js`).certificates(e)
);
routerAdd('GET', '/api/countersign/certificates', (e) =>
  require(`${__hooks}/lib/routes.js`).ownCertificates(e)
);
routerAdd('POST', '/api/countersign/certificates/revoke', (e) =>
  require(`${__hooks}/lib/routes.js`).revokeCertificate(e)
);
routerAdd('POST', '/api/countersign/actions', (e) => require(`${__hooks}/lib/routes.js`).actions(e));
routerAdd(
  'PUT',
  '/api/countersign/blobs/{sha256}',
  (e) => require(`${__hooks}/lib/routes.js`).putBlob(e),
  blobLimit
);
routerAdd('GET', '/api/countersign/blobs/{sha256}', (e) => require(`${__hooks}/lib/routes.js`).getBlob(e));
routerAdd('GET', '/api/countersign/changes', (e) => require(`${__hooks}/lib/routes.js`).changes(e));
routerAdd('POST', '/api/countersign/sign/open', (e) => require(`${__hooks}/lib/routes.js`).signOpen(e));
routerAdd('POST', '/api/countersign/sign/code', (e) => require(`${__hooks}/lib/routes.js`).signCode(e));
routerAdd('POST', '/api/countersign/sign/session', (e) => require(`${__hooks}/lib/routes.js`).signSession(e));
routerAdd('GET', '/api/countersign/party', (e) => require(`${__hooks}/lib/routes.js`).party(e));
routerAdd('GET', '/api/countersign/documents/{id}/messages', (e) =>
  require(`${__hooks}/lib/routes.js`).documentMessages(e)
);
routerAdd('POST', '/api/countersign/documents/{id}/messages/{message}/resend', (e) =>
  require(`${__hooks}/lib/routes.js`).resend(e)
);
routerAdd('POST', '/api/countersign/messages/test', (e) => require(`${__hooks}/lib/routes.js`).trial(e));
routerAdd('GET', '/api/countersign/messages/test/{id}', (e) =>
  require(`${__hooks}/lib/routes.js`).trialState(e)
);
routerAdd('GET', '/api/countersign/documents/{id}/events', (e) =>
  require(`${__hooks}/lib/routes.js`).documentEvents(e)
);
routerAdd('GET', '/api/countersign/sms/{provider}', (e) => require(`${__hooks}/lib/routes.js`).smsReport(e));
routerAdd('POST', '/api/countersign/sms/{provider}', (e) => require(`${__hooks}/lib/routes.js`).smsReport(e));
routerAdd('GET', '/api/countersign/timestamp', (e) => require(`${__hooks}/lib/routes.js`).timestampRoom(e));
routerAdd('POST', '/api/countersign/timestamp', (e) => require(`${__hooks}/lib/routes.js`).timestamp(e));
routerAdd('GET', '/api/countersign/crl', (e) => require(`${__hooks}/lib/routes.js`).crl(e));
routerAdd('GET', '/api/countersign/ca/log', (e) => require(`${__hooks}/lib/routes.js`).caLog(e));
routerAdd('GET', '/ca.pem', (e) => require(`${__hooks}/lib/routes.js`).rootPem(e));
routerAdd('GET', '/time-ca.pem', (e) => require(`${__hooks}/lib/routes.js`).timePem(e));
