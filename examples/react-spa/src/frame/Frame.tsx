import { Outlet } from 'react-router';
import { Backstage } from '../backstage/Backstage.tsx';

/** The application, and next to it the controls and devtools. */
export function Frame() {
  return (
    <div className="frame">
      <div className="application">
        <Outlet />
      </div>
      <Backstage />
    </div>
  );
}
