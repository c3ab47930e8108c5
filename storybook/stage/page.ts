import type { StoryContext } from '@storybook/react-vite';
import type { PasswordCredentials } from 'sessionchart/testing';
import { expect, waitFor, within } from 'storybook/test';

type Looking = Pick<StoryContext, 'canvas' | 'userEvent'>;

/** Queries and user actions for the application of a story, without the devtools. */
export function pageOf({ canvas, userEvent }: Looking) {
  const state = () => canvas.getByRole('status', { name: 'State of the session' });
  return { ...pageIn(canvas.getByRole('main'), userEvent), state };
}

/** The same for the application in one of several tabs. */
export function tabOf({ canvas, userEvent }: Looking, name: string) {
  const page = pageIn(canvas.getByRole('article', { name }), userEvent);
  return { ...page, state: () => page.getByRole('status', { name: 'State of the session' }) };
}

function pageIn(element: HTMLElement, userEvent: Looking['userEvent']) {
  const program = within(element);
  const output = (name: string) => program.getByRole('status', { name });
  const page = {
    ...program,
    notice: () => output('Notice'),
    orders: () => output('Orders'),
    answers: () => program.getByRole('list', { name: 'Answers' }),

    /** Waits until the counts of requests at the server contain this text. */
    async counted(text: string): Promise<void> {
      await waitFor(() => expect(output('Requests at the server')).toHaveTextContent(text));
    },

    /** Presses buttons of the environment, and waits for each to finish. */
    async happens(...buttons: readonly string[]): Promise<void> {
      for (const name of buttons) {
        const button = program.getByRole('button', { name });
        await userEvent.click(button);
        await waitFor(() => {
          if (button.ariaBusy === 'true') throw new Error(`"${name}" has not finished`);
        });
      }
    },

    async press(...buttons: readonly string[]): Promise<void> {
      for (const name of buttons) await userEvent.click(await program.findByRole('button', { name }));
    },

    async type(label: string, text: string): Promise<void> {
      await userEvent.type(await program.findByLabelText(label), text);
    },

    /** Replaces what a field contains. */
    async fill(label: string, text: string): Promise<void> {
      await userEvent.clear(await program.findByLabelText(label));
      await page.type(label, text);
    },

    async signIn({ username, password }: PasswordCredentials): Promise<void> {
      await page.fill('Name', username);
      await page.fill('Password', password);
      await page.press('Sign in');
    },
  };
  return page;
}
