import { Profiler } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { SessionProvider, useSession } from '../../src/react/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import { Boundary, nameOf } from './world.tsx';

describe('a selector', () => {
  it('that returns a new object each time re-renders once per view, without a loop or a warning', async () => {
    const complain = vi.spyOn(console, 'error');
    using world = await createTestSession();
    const onRender = vi.fn();
    const Fresh = () => {
      const { name } = useSession((view) => ({ name: nameOf(view.user) }));
      return <Profiler id="fresh" onRender={onRender} children={<output>{name}</output>} />;
    };
    const screen = await render(
      <SessionProvider session={world.session}>
        <Fresh />
      </SessionProvider>,
    );
    expect(onRender).toHaveBeenCalledTimes(1);
    await world.session.logout();

    await expect.element(screen.getByRole('status')).toHaveTextContent('nobody');
    expect(onRender).toHaveBeenCalledTimes(2);
    expect(complain).not.toHaveBeenCalled();
  });

  it('that throws for a later view reaches the error boundary, but no other subscriber', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    using world = await createTestSession();
    const onError = vi.fn();
    const Careless = () => {
      const name = useSession((view) => {
        if (view.user === null) throw new Error('The user is gone');
        return nameOf(view.user);
      });
      return <p>{name}</p>;
    };
    const Careful = () => <output>{useSession((view) => view.status)}</output>;
    const screen = await render(
      <SessionProvider session={world.session}>
        <Boundary onError={onError}>
          <Careless />
        </Boundary>
        <Careful />
      </SessionProvider>,
    );
    await world.session.logout();

    await expect.element(screen.getByRole('alert')).toHaveTextContent('The user is gone');
    await expect.element(screen.getByRole('status')).toHaveTextContent('loggedOut');
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it('is not called with a signed-out view for a component that unmounts with the user', async () => {
    using world = await createTestSession();
    const onError = vi.fn();
    const Greeting = ({ prefix }: { readonly prefix: string }) => {
      const name = useSession((view) => {
        if (view.user === null) throw new Error('The user is gone');
        return prefix + nameOf(view.user);
      });
      return <output>{name}</output>;
    };
    const Parent = () => {
      const isThere = useSession((view) => view.user !== null);
      return isThere ? <Greeting prefix="Hello, " /> : <output>Goodbye</output>;
    };
    const screen = await render(
      <SessionProvider session={world.session}>
        <Boundary onError={onError}>
          <Parent />
        </Boundary>
      </SessionProvider>,
    );
    await expect.element(screen.getByRole('status')).toHaveTextContent('Hello, ada');
    await world.session.logout();

    await expect.element(screen.getByRole('status')).toHaveTextContent('Goodbye');
    expect(onError).not.toHaveBeenCalled();
  });
});
