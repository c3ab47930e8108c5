/** What this example demonstrates. */
export function ThingsToTry() {
  return (
    <section className="try" aria-labelledby="try">
      <h2 id="try">Things to try</h2>
      <ul className="quiet">
        <li>
          <b>Expire the access token</b> and reload: the server refuses the seven calls of the page, and all
          of them succeed after one refresh.
        </li>
        <li>
          Fill in an order, <b>revoke the session</b>, then send it: when you have signed in again, the order
          is sent.
        </li>
        <li>Do the same, but sign in as the other user: the screen shows nothing of the first user.</li>
        <li>
          Open this page in <b>a second tab</b>: one tab refreshes for both, and signing out in one signs out
          the other.
        </li>
        <li>
          <b>Go offline</b>, send an order, and go online again. Reload the page. Wait for the countdown to
          end.
        </li>
      </ul>
    </section>
  );
}
