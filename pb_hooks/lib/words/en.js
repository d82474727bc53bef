// Every sentence of a mail or SMS, English. One file a language, the same keys in each.
// A message: subject, paragraphs, the button's words (null: no button), and the SMS text.

const logWords = (log) =>
  log === null ? '' : `Our log of certificates stands at entry ${log.seq + 1}, ${log.head}.`;

module.exports = {
  turn: ({ sender, workspace, title, greeting, link }) => ({
    subject: `Please sign: ${title}`,
    paragraphs: [
      `${sender} of ${workspace} sent you “${title}” to read and sign.`,
      ...(greeting === '' ? [] : [`${sender} writes:`])
    ],
    quote: greeting,
    rest: ['You open it with a code that goes to this same address. You need no account.'],
    button: 'Read and sign',
    after: 'The link is for you alone. Do not pass this message on.',
    sms: `${sender} (${workspace}) sent you "${title}" to sign: ${link}`
  }),
  reminder: ({ sender, workspace, title, link }) => ({
    subject: `Reminder: please sign ${title}`,
    paragraphs: [
      `“${title}”, which ${sender} of ${workspace} sent you, still waits for your signature.`,
      'You open it with a code that goes to this same address. You need no account.'
    ],
    button: 'Read and sign',
    after:
      'You do not want to sign? Open it and choose “Decline” in the menu: then nobody writes to you again.',
    sms: `Reminder: "${title}" from ${sender} (${workspace}) waits for your signature: ${link}`
  }),
  memberReminder: ({ title, link }) => ({
    subject: `Reminder: ${title} waits for you`,
    paragraphs: [`“${title}” still waits for your signature.`],
    button: 'Open the document',
    after: '',
    sms: `Reminder: "${title}" waits for your signature: ${link}`
  }),
  expiring: ({ sender, workspace, title, until, link }) => ({
    subject: `Sign before it ends: ${title}`,
    paragraphs: [
      `“${title}”, which ${sender} of ${workspace} sent you, can be signed until ${until}.`,
      'After that it ends by itself. You open it with a code that goes to this same address.'
    ],
    button: 'Read and sign',
    after: '',
    sms: `"${title}" from ${sender} (${workspace}) can be signed until ${until}: ${link}`
  }),
  memberExpiring: ({ title, until, link }) => ({
    subject: `Ends soon: ${title}`,
    paragraphs: [
      `“${title}” is not signed by everybody yet. It ends by itself on ${until}.`,
      'On its page you can remind the person it waits for, or give it more time.'
    ],
    button: 'Open the document',
    after: '',
    sms: `"${title}" ends on ${until}: ${link}`
  }),
  memberDelegated: ({ title, who, to, link }) => ({
    subject: `Handed over: ${title}`,
    paragraphs: [
      `${who} handed “${title}” over: ${to} was asked to sign in their place.`,
      'If that is not right, change who is asked on the document’s page, or void it.'
    ],
    button: 'Open the document',
    after: '',
    sms: `${who} handed "${title}" over to ${to}: ${link}`
  }),
  memberTurn: ({ sender, title, link }) => ({
    subject: `Your turn to sign: ${title}`,
    paragraphs: [`“${title}”, prepared by ${sender}, waits for your signature.`],
    button: 'Open the document',
    after: '',
    sms: `"${title}" waits for your signature: ${link}`
  }),
  // The last line lets phones fill the code in, on this site only (origin-bound one-time codes, WICG).
  code: ({ workspace, title, code, host }) => ({
    subject: `${code} is your code`,
    paragraphs: [
      `Your code for “${title}” from ${workspace}:`,
      code,
      'It is valid for 10 minutes. Give it to nobody: who has it can read and sign in your name.'
    ],
    button: null,
    after: 'You did not ask for a code? Then do nothing; without it nobody gets in.',
    sms: `${code} is your code for "${title}" from ${workspace}. Give it to nobody.\n\n@${host} #${code}`
  }),
  completed: ({ workspace, title, link, log }) => ({
    subject: `Signed by everybody: ${title}`,
    paragraphs: [
      `“${title}” is complete: everybody signed.`,
      'The final file is behind this link, for as long as the document exists. A code to this address opens it.'
    ],
    button: 'Open the signed document',
    after:
      `Keep a copy: the file carries its own proof, and any PDF reader can check it. ${logWords(log)}`.trim(),
    sms: `"${title}" from ${workspace} is signed by everybody. Your copy: ${link}`
  }),
  memberCompleted: ({ title, link, log }) => ({
    subject: `Signed by everybody: ${title}`,
    paragraphs: [`“${title}” is complete: everybody signed.`],
    button: 'Open the document',
    after: logWords(log),
    sms: `"${title}" is signed by everybody: ${link}`
  }),
  stopped: ({ workspace, title, how, who }) => ({
    subject: `Stopped: ${title}`,
    paragraphs: [
      how === 'declined'
        ? `“${title}” will not be signed: ${who} declined.`
        : how === 'expired'
          ? `“${title}” from ${workspace} was not signed in time and has ended. You need not do anything.`
          : `${workspace} withdrew “${title}”. You need not do anything.`
    ],
    button: null,
    after: '',
    sms:
      how === 'declined'
        ? `"${title}" from ${workspace} will not be signed: ${who} declined.`
        : how === 'expired'
          ? `"${title}" from ${workspace} was not signed in time and has ended. You need not do anything.`
          : `${workspace} withdrew "${title}". You need not do anything.`
  }),
  memberStopped: ({ title, how, who, reason, link }) => ({
    subject: `Stopped: ${title}`,
    paragraphs: [
      how === 'declined'
        ? `${who} declined to sign “${title}”.`
        : how === 'expired'
          ? `“${title}” was not signed by everybody in time and has ended.`
          : `“${title}” was withdrawn by ${who}.`,
      ...(reason === '' ? [] : [`The reason given: ${reason}`])
    ],
    button: 'Open the document',
    after: '',
    sms: `"${title}" was stopped (${how}): ${link}`
  }),
  invitation: ({ sender, workspace, name }) => ({
    subject: `${sender} invites you to ${workspace}`,
    paragraphs: [
      `Hello ${name},`,
      `${sender} invites you to the workspace ${workspace}, where contracts are prepared, signed and checked.`,
      'Choose a password with this link. It is valid for 7 days.'
    ],
    button: 'Join',
    after: 'You know nothing of this? Then do nothing.',
    sms: ''
  }),
  test: ({ workspace, sender }) => ({
    subject: `A trial from ${workspace}`,
    paragraphs: [
      `${sender} tried whether messages of ${workspace} arrive. This one did.`,
      'Nothing needs to be done.'
    ],
    button: null,
    after: '',
    sms: `A trial from ${workspace}: messages arrive.`
  }),
  frame: ({ workspace }) => `Sent by ${workspace} with Countersign.`
};
