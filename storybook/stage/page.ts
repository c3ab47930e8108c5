import type { StoryContext } from '@storybook/react-vite';
import type { PasswordCredentials } from 'sessionchart/testing';
import { waitFor, within } from 'storybook/test';

/** The program of a story, without the devtools: where to look, and what somebody does there. */
export function pageOf({ canvas, userEvent }: Pick<StoryContext, 'canvas' | 'userEvent'>) {
  const program = within(canvas.getByRole('main'));
  const output = (name: string) => program.getByRole('status', { name });
  const page = {
    ...program,
    state: () => canvas.getByRole('status', { name: 'State of the session' }),
    counts: () => output('What the server has seen'),
    notice: () => output('Notice'),
    orders: () => output('Orders'),
    answers: () => program.getByRole('list', { name: 'Answers' }),

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
