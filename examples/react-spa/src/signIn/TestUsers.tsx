import type { RefObject } from 'react';

const testUsers = { ada: 'lovelace', grace: 'hopper' };

/** Fills in the form with a user of the example's server. */
export function TestUsers({ form }: { readonly form: RefObject<HTMLFormElement | null> }) {
  function fillIn(name: string, value: string) {
    const field = form.current?.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
  return (
    <p className="hint testUsers" role="group" aria-label="Fill in a test user">
      Fill in a test user:
      {Object.entries(testUsers).map(([username, password]) => (
        <button
          key={username}
          type="button"
          onClick={() => {
            fillIn('username', username);
            fillIn('password', password);
          }}
        >
          {username}
        </button>
      ))}
    </p>
  );
}
