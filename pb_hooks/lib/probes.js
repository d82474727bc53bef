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
  const stamps = $os.getenv('TSA_URL') !== '';
  const wrongStamps = stamps ? require('./timestamps.js').problem() : null;
  if (!stamps)
    problems.push('No TSA_URL is set: signatures get no timestamp, so every time is a claim of a device.');
  if (wrongStamps !== null) problems.push(wrongStamps);
  const setUp = e.app.findRecordsByFilter('workspaces', '', '', 1, 0).length > 0;
  return e.json(200, {
    ready: true,
    setUp,
    mail,
    sms: withSms && wrongSms === null,
    timestamps: stamps && wrongStamps === null,
    problems,
    version: '0.1.0'
  });
}

module.exports = { ready };
