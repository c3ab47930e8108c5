export default ({ env }) => ({
  'users-permissions': {
    // The tests sign in more often than a person.
    config: { jwtSecret: env('JWT_SECRET'), jwtManagement: 'refresh', ratelimit: { enabled: false } },
  },
});
