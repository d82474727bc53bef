/** GET ready: whether the workspace exists, and what an administrator should know (`api.ts`, Ready). */
function ready(e) {
  const settings = e.app.settings();
  const problems = [];
  const mail = settings.smtp.enabled;
  const sms = $os.getenv('SMS_PROVIDER') !== '';
  if (!mail)
    problems.push('No SMTP_HOST is set: mails are printed here and kept as files in the data folder.');
  if (!sms)
    problems.push('No SMS_PROVIDER is set: SMS are printed here and kept as files in the data folder.');
  return e.json(200, { ready: true, setUp: false, mail, sms, problems, version: '0.1.0' });
}

module.exports = { ready };
