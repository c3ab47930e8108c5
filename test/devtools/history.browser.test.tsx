import { expect, test, vi } from 'vitest';
import { openDevtools, type Devtools } from './world.tsx';

const rowsOf = ({ panel }: Devtools): readonly (readonly (string | null)[])[] =>
  [...panel.getByRole('table', { name: 'History' }).element().querySelectorAll('tbody tr')].map((row) =>
    [...row.children].slice(1).map(({ textContent }) => textContent),
  );

async function expire(): Promise<Devtools> {
  const world = await openDevtools();
  await world.force('refresh', '400 invalid_grant');
  await world.press('Refresh now');
  await expect.element(world.panel).toHaveAttribute('data-status', 'expired');
  return world;
}

test('the last transitions show cause, server code and generation, newest first', async () => {
  const rows = rowsOf(await expire());
  expect(rows.slice(0, 3)).toEqual([
    ['server.refreshTokenInvalidrefreshing.requesting → expired.idle', '400 invalid_grant', '1'],
    ['lock.acquiredrefreshing.acquiring → refreshing.requesting', '', '1'],
    ['session.refreshauthenticated.fresh → refreshing.acquiring', '', '1'],
  ]);
});

test('a verdict that changes nothing is listed too', async () => {
  const world = await openDevtools();
  await world.panel.getByRole('combobox', { name: 'Verdict' }).selectOptions('forbidden');
  await world.press('Send to the machine');
  await expect.poll(() => rowsOf(world)[0]?.[0]).toBe('server.forbiddenstays in authenticated.fresh');
});

test('the history is copied as text, and the panel confirms it', async () => {
  const copied: string[] = [];
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text));
  const { panel, press, session } = await expire();
  await press('Copy history');

  await expect.element(panel.getByText('Copied')).toBeVisible();
  const { sessionId } = session.actor.getSnapshot().context;
  expect(copied[0]?.split('\n').at(-1)).toBe(
    `2030-01-01T00:00:00.000Z  server.refreshTokenInvalid  refreshing.requesting -> expired.idle  400  invalid_grant  generation 1  session ${sessionId?.slice(0, 8) ?? ''}`,
  );
  expect(copied[0]?.split('\n')).toHaveLength(session.history().length);
});

test('without access to the clipboard, the text is shown to be copied by hand', async () => {
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('No', 'NotAllowedError'));
  const { panel, press } = await expire();
  await press('Copy history');

  const area = panel.getByRole('textbox', { name: 'Text to copy' });
  await expect.element(area).toHaveFocus();
  const { value, selectionStart, selectionEnd } = area.element() as HTMLTextAreaElement;
  expect(value.slice(selectionStart, selectionEnd)).toContain('server.refreshTokenInvalid');
});
