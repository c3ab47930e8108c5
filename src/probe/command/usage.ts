/** The command line is not valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: sessionchart probe <contract> --base-url <url> --user <name> [options]

Signs in to a server with a test user, finds out how it behaves, and compares
that with a contract. <contract> is a module (.ts, .js, .mjs) that exports one.

The password comes from the environment variable SESSIONCHART_PASSWORD, from
standard input with --password-stdin, or from the module: its export
\`credentials\` is what \`login\` gets, or a function that returns it.

Sign-in
  --base-url <url>         the API, as \`baseUrl\` of createSession
  --user <name>            the test user
  --user-field <name>      its field in the credentials (username)
  --password-field <name>  the field of the password (password)
  --password-env <name>    another variable for the password
  --password-stdin         read the password from standard input
  --no-wrong-password      do not try a wrong password once
  --export <name>          the export with the contract (if several)

What to find out
  --resource <path>        a path that only a signed-in user may read
  --forbidden <path>       a path for which the user lacks a permission
  --origin <url>           the origin of your page, for CORS
  --max-wait <seconds>     longest wait for a grace period or Retry-After (5)
  --wait-expiry <seconds>  wait for a token to expire if it does by then (0)

Output
  --json                   print JSON
  -h, --help               print this text

Exit code: 0 the contract fits, 1 something is wrong, 2 the probe could not run.
`;
