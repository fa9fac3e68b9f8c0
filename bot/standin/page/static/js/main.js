// The beginning: who one is and where, from the address; then every part of the page follows what is told.

import { listen } from "./connection.js";
import { startComposer } from "./composer/composer.js";
import { startLog } from "./log/log.js";
import { startNotices } from "./notices.js";
import { startPlaces, wantedPerson } from "./places.js";
import { changed, store, take } from "./store.js";
import { startTheme } from "./theme.js";

startTheme();
startPlaces((name) => {
  store.dismissed.clear();
  connect(name);
});
startNotices();
startLog();
startComposer();
connect(wantedPerson());

function connect(name) {
  listen(name, take, () => {
    if (store.world) {
      store.world.bot = { ...store.world.bot, phase: "lost", connected: false };
      changed();
    }
  });
}
