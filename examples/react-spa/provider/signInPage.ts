import { testUsers } from '../../../src/testing/index.ts';

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100dvh; display: grid; place-content: center; grid-template-columns: minmax(0, 21rem);
    padding: 1.5rem; box-sizing: border-box; color: light-dark(#1d2430, #e6e9ef); background: light-dark(#e9edf5, #11151d); }
  main { padding: 1.75rem; border-radius: 14px; background: light-dark(#fff, #1b212c); display: grid; gap: .9rem; }
  h1 { margin: 0; font-size: 1.35rem; }
  p { margin: 0; color: light-dark(#555e6e, #a2abbb); font-size: .9rem; }
  form, label { display: grid; gap: .35rem; }
  form { gap: .9rem; }
  select, button { font: inherit; padding: .5rem .7rem; border-radius: 8px; border: 1px solid light-dark(#8b94a5, #5b6577);
    color: inherit; background: light-dark(#fff, #242c3a); }
  button { cursor: pointer; font-weight: 600; }
  .primary { border-color: transparent; color: #fff; background: #2c4fb5; }
  :focus-visible { outline: 2px solid light-dark(#2c4fb5, #9db4ff); outline-offset: 2px; }
`;

const options = testUsers.map(({ username }) => `<option>${username}</option>`).join('');

/** The provider's sign-in page, with a test user filled in. A real provider would ask for the password here. */
export const signInPage = (action: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Identity provider</title><style>${style}</style></head>
<body><main>
<h1>Identity provider</h1>
<p>Stockroom asks who you are. This page belongs to the provider: the application never sees what you enter here.</p>
<form method="post" action="${action}">
<label>User name <select name="account" autofocus>${options}</select></label>
<button class="primary">Continue</button>
<button name="cancel" value="yes">Cancel</button>
</form>
</main></body></html>`;
