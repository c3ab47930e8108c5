export default {
  serveAdminPanel: false,
  auth: { secret: 'a secret of the tests' },
  apiToken: { salt: 'a salt of the tests' },
  transfer: { token: { salt: 'a salt of the tests' } },
};
