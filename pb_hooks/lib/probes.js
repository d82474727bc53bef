const sms = require('./sms.js');
const upkeep = require('./upkeep.js');

/** GET ready: whether the workspace exists, and what an administrator should know (`api.ts`, Ready). */
function ready(e) {
  upkeep.atStart(e.app);
  const problems = [];
  const mail = e.app.settings().smtp.enabled;
  const wrongSms = sms.problem();
  const withSms = $os.getenv('SMS_PROVIDER') !== '';
  if (!mail)
    problems.push('No SMTP_HOST is set: mails are printed here and kept as files in the data folder.');
  if (!withSms)
    problems.push('No SMS_PROVIDER is set: SMS are printed here and kept as files in the data folder.');
  if (wrongSms !== null) problems.push(wrongSms);
  if ($os.getenv('TSA_URL') !== '')
    problems.push('TSA_URL is set, but this version makes no timestamps: every time is the device’s own.');
  const setUp = e.app.findRecordsByFilter('workspaces', '', '', 1, 0).length > 0;
  return e.json(200, {
    ready: true,
    setUp,
    mail,
    sms: withSms && wrongSms === null,
    problems,
    version: '0.1.0'
  });
}

module.exports = { ready };
