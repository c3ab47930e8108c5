/** What this example is here to show. */
export function ThingsToTry() {
  return (
    <section className="try" aria-labelledby="try">
      <h2 id="try">Things to try</h2>
      <ul className="quiet">
        <li>
          <b>Expire the access token</b> and count again: seven calls are refused, one refresh answers them
          all.
        </li>
        <li>
          Write an order, <b>revoke the session</b>, then send: sign in again, and the order goes out by
          itself.
        </li>
        <li>Do the same, but sign in as somebody else: nothing of the first user is left on the screen.</li>
        <li>
          Open this page in <b>a second tab</b>: one of them refreshes for both, and who signs out in one is
          signed out in the other.
        </li>
        <li>
          <b>Go offline</b>, send an order, and come back. Reload the page. Wait for the countdown to end.
        </li>
      </ul>
    </section>
  );
}
