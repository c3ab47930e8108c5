import { useState } from 'react';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { RequireSession, SessionProvider, useSession } from '../../src/react/index.ts';
import { createTestSession, type Account } from '../../src/testing/index.ts';
import { nameOf } from './world.tsx';

/** A profile form that saves the name on the server, and then shows it everywhere. */
function Profile() {
  const { user, updateUser } = useSession();
  const [draft, setDraft] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void updateUser({ ...Object(user), username: draft });
      }}
    >
      <input aria-label="Name" value={draft} onChange={(event) => setDraft(event.target.value)} />
      <button>Save</button>
    </form>
  );
}

function Greeting({ onRender }: { readonly onRender: () => void }) {
  const name = useSession((view) => nameOf(view.user));
  onRender();
  return <p data-testid="greeting">{name}</p>;
}

test('A component shows the user that a form has updated, and the form keeps its contents', async () => {
  using world = await createTestSession();
  let renders = 0;
  const screen = await render(
    <SessionProvider session={world.session}>
      <RequireSession fallback="One moment" signedOut="Sign in">
        <Greeting onRender={() => (renders += 1)} />
        <Profile />
      </RequireSession>
    </SessionProvider>,
  );
  await screen.getByLabelText('Name').fill('Countess');
  await screen.getByRole('button', { name: 'Save' }).click();

  await expect.element(screen.getByTestId('greeting')).toHaveTextContent('Countess');
  await expect.element(screen.getByLabelText('Name')).toHaveValue('Countess');
  expect(renders).toBe(2);
  expect(world.session.getSnapshot().user satisfies Account | null).toMatchObject({ username: 'Countess' });
});
