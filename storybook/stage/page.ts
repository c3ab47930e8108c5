import type { StoryContext } from '@storybook/react-vite';
import type { PasswordCredentials } from 'sessionchart/testing';
import { expect, waitFor, within } from 'storybook/test';

type Looking = Pick<StoryContext, 'canvas' | 'userEvent'>;

/** The program of a story, without the devtools: where to look, and what somebody does there. */
export function pageOf({ canvas, userEvent }: Looking) {
  const state = () => canvas.getByRole('status', { name: 'State of the session' });
  return { ...pageIn(canvas.getByRole('main'), userEvent), state };
}

/** One of several tabs: the program in it. */
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

    /** The server has seen this much, though some of it may be a moment behind what is on the screen. */
    async counted(text: string): Promise<void> {
      await waitFor(() => expect(output('What the server has seen')).toHaveTextContent(text));
    },

    /** Presses buttons of the world, each when the one before has had its effect. */
    async happens(...buttons: readonly string[]): Promise<void> {
      for (const name of buttons) {
        const button = program.getByRole('button', { name });
        await userEvent.click(button);
        await waitFor(() => {
          if (button.ariaBusy === 'true') throw new Error(`"${name}" is still happening`);
        });
      }
    },

    async press(...buttons: readonly string[]): Promise<void> {
      for (const name of buttons) await userEvent.click(await program.findByRole('button', { name }));
    },

    async type(label: string, text: string): Promise<void> {
      await userEvent.type(await program.findByLabelText(label), text);
    },

    async signIn({ username, password }: PasswordCredentials): Promise<void> {
      await page.type('Name', username);
      await page.type('Password', password);
      await page.press('Sign in');
    },
  };
  return page;
}
