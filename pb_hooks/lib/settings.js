// Settings come from the environment at every start and never stand in the database (`pocketbase.md` §4).

function env(name) {
  return $os.getenv(name);
}

/** Called after PocketBase loaded its settings; changes the copy in memory only. */
function apply(app) {
  const settings = app.settings();
  settings.meta.appURL = env('APP_URL');
  settings.meta.appName = 'Countersign';
  settings.meta.hideControls = true;
  const from = env('SMTP_FROM') || env('SMTP_USER') || `countersign@${host()}`;
  settings.meta.senderName = 'Countersign';
  settings.meta.senderAddress = from;
  // Request logs halve throughput, and file tokens would stand in them.
  settings.logs.minLevel = 4;
  settings.logs.logIP = false;
  settings.batch.enabled = false;
  if (env('SMTP_HOST')) {
    settings.smtp.enabled = true;
    settings.smtp.host = env('SMTP_HOST');
    settings.smtp.port = parseInt(env('SMTP_PORT') || '587', 10);
    settings.smtp.tls = env('SMTP_TLS') === '1' || env('SMTP_TLS') === 'true';
    settings.smtp.username = env('SMTP_USER');
    settings.smtp.password = env('SMTP_PASS');
    // Many servers refuse who calls itself localhost (RFC 5321 §4.1.4).
    if (/[a-z]/i.test(host()) && host().includes('.')) settings.smtp.localName = host();
  }
  settings.rateLimits.enabled = true;
  settings.rateLimits.rules = [
    { label: '*:auth', audience: '', duration: 60, maxRequests: 20 },
    { label: 'POST /api/countersign/setup', audience: '', duration: 60, maxRequests: 30 },
    { label: 'POST /api/countersign/invite/', audience: '', duration: 60, maxRequests: 30 },
    { label: 'POST /api/countersign/documents', audience: '', duration: 60, maxRequests: 120 },
    { label: 'POST /api/countersign/timestamp', audience: '', duration: 60, maxRequests: 120 },
    { label: 'POST /api/countersign/sign/', audience: '', duration: 60, maxRequests: 120 },
    { label: '/api/', audience: '', duration: 10, maxRequests: 600 }
  ];
}

/** Host name of APP_URL, without its port. */
function host() {
  return env('APP_URL')
    .replace(/^https?:\/\//, '')
    .replace(/:\d+$/, '');
}

module.exports = { apply, env, host };
