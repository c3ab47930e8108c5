import { useState, type ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-react';
import { sessionErrorOf } from '../../src/index.ts';
import { RequireSession, SessionProvider, useSession } from '../../src/react/index.ts';
import { createTestSession, type TestSession } from '../../src/testing/index.ts';
import { ada, grace, nameOf } from './world.tsx';

interface Outcome {
  /** The outcome of each request of a form. */
  readonly outcomes: string[];
}

/** A form that sends its inputs and shows the outcome. */
function OrderForm({ world: { session }, outcomes }: Outcome & { readonly world: TestSession }) {
  const [state, setState] = useState('not sent');
  const send = async (item: unknown) => {
    setState('sending');
    try {
      const arrived = await session.api.post('api/mirror', { json: { item } }).text();
      outcomes.push(`sent ${arrived}`);
      setState('sent');
    } catch (error) {
      outcomes.push(sessionErrorOf(error)?.code ?? 'failed');
    }
  };
  return (
    <form
      aria-label="Order"
      onSubmit={(event) => {
        event.preventDefault();
        void send(new FormData(event.currentTarget).get('item'));
      }}
    >
      <input name="item" aria-label="Item" />
      <textarea aria-label="Comment" />
      <button>Send</button>
      <output>{state}</output>
    </form>
  );
}

function SignInAgain() {
  const { user, login, isSigningIn, error } = useSession();
  return (
    <dialog open aria-label="Sign in again">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          void login({ username: data.get('username'), password: data.get('password') }).catch(
            () => undefined,
          );
        }}
      >
        <input name="username" aria-label="Name" defaultValue={nameOf(user)} />
        <input name="password" type="password" aria-label="Password" />
        <button disabled={isSigningIn}>Sign in</button>
        {error !== null && <p role="alert">{error.code}</p>}
      </form>
    </dialog>
  );
}

/** A session whose requests wait while it is expired, and a partly filled form. */
async function openForm(world: TestSession, outcomes: string[]) {
  const program: ReactNode = (
    <SessionProvider session={world.session}>
      <RequireSession signedOut="Sign in" expired={<SignInAgain />}>
        <OrderForm world={world} outcomes={outcomes} />
      </RequireSession>
    </SessionProvider>
  );
  const screen = await render(program);
  const order = screen.getByRole('form', { name: 'Order' });
  const item = order.getByRole('textbox', { name: 'Item' });
  const comment = order.getByRole('textbox', { name: 'Comment' });
  await item.fill('a kite');
  await comment.fill('with a long tail');
  const dialog = screen.getByRole('dialog');
  const signIn = async ({ username, password }: typeof ada) => {
    await dialog.getByRole('textbox', { name: 'Name' }).fill(username);
    await dialog.getByLabelText('Password').fill(password);
    await dialog.getByRole('button').click();
  };
  return { order, item, comment, dialog, signIn, send: order.getByRole('button') };
}

const patient = () => createTestSession({ session: { hold: { whileExpired: 600_000 } } });

/** Revokes all sessions at the server, and lets the next request notice. */
function forgetEverybody({ server }: TestSession): void {
  server.expireAccessTokens();
  server.expireRefreshTokens();
}

describe('signing in again with a half-filled form', () => {
  it('sends the held request and keeps the inputs when the same user signs in', async () => {
    using world = await patient();
    const outcomes: string[] = [];
    const form = await openForm(world, outcomes);
    const before = form.comment.element();
    forgetEverybody(world);

    await form.send.click();
    await expect.element(form.dialog).toBeVisible();
    await expect.element(form.order.getByRole('status')).toHaveTextContent('sending');
    await form.comment.fill('with a very long tail');
    await form.signIn({ username: 'ada', password: 'guess' });
    await expect.element(form.dialog.getByRole('alert')).toHaveTextContent('ERR_LOGIN_FAILED');
    expect(outcomes).toEqual([]);
    await form.signIn(ada);

    await expect.element(form.order.getByRole('status')).toHaveTextContent('sent');
    await expect.element(form.dialog).not.toBeInTheDocument();
    expect(outcomes).toEqual(['sent {"item":"a kite"}']);
    expect(form.comment.element()).toBe(before);
    await expect.element(form.item).toHaveValue('a kite');
    await expect.element(form.comment).toHaveValue('with a very long tail');
  });

  it('refuses the held request and clears the form when another user signs in', async () => {
    using world = await patient();
    const outcomes: string[] = [];
    const form = await openForm(world, outcomes);
    forgetEverybody(world);
    await form.send.click();
    await expect.element(form.dialog).toBeVisible();
    const sent = world.server.requests.length;
    await form.signIn(grace);

    await expect.element(form.dialog).not.toBeInTheDocument();
    await expect.poll(() => outcomes).toEqual(['ERR_IDENTITY_CHANGED']);
    await expect.element(form.item).toHaveValue('');
    await expect.element(form.comment).toHaveValue('');
    await expect.element(form.order.getByRole('status')).toHaveTextContent('not sent');
    expect(world.server.requests.slice(sent).map(({ path }) => path)).toEqual(['/auth/login']);
  });

  it('refuses the held request and closes the form when the user signs out instead', async () => {
    using world = await patient();
    const outcomes: string[] = [];
    const form = await openForm(world, outcomes);
    forgetEverybody(world);
    await form.send.click();
    await expect.element(form.dialog).toBeVisible();
    await world.session.logout();

    await expect.poll(() => outcomes).toEqual(['ERR_LOGGED_OUT']);
    await expect.element(form.order).not.toBeInTheDocument();
  });
});
