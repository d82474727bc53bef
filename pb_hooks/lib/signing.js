// Placeholder until verify/ lands
const { Refusal } = require('./refusal.js');
module.exports = {
  prepare() {
    throw new Refusal('cms', 'x');
  },
  sign() {}
};
