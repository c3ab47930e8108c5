import { useState } from 'react';
import { Form } from 'react-router';
import { session } from '../session';
import { call, sessionContext } from '../sessions.server';
import type { Route } from './+types/home';

export async function loader({ context }: Route.LoaderArgs) {
  return call(context.get(sessionContext), (api) => api.get('items/1').json());
}

export async function action({ context }: Route.ActionArgs) {
  const response = await call(context.get(sessionContext), (api) => api.delete('items/1'));
  return response === null ? 'Sign in first' : 'The order is cancelled';
}

export default function Home({ loaderData, actionData }: Route.ComponentProps) {
  const [loaded, setLoaded] = useState('');
  async function load() {
    setLoaded(await session.api.get('api/items/1').text().catch(String));
  }
  return (
    <section>
      <p>
        Rendered by the server <output id="rendered">{JSON.stringify(loaderData)}</output>
      </p>
      <p>
        Loaded by the page <output id="loaded">{loaded}</output>
      </p>
      <Form method="post">
        <button type="button" onClick={() => void load()}>
          Load the order
        </button>{' '}
        <button className="secondary">Cancel the order</button>
        <p role="status">{actionData}</p>
      </Form>
    </section>
  );
}
