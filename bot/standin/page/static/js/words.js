// What Discord itself says in the chat, in the language of the person one is. The frame around the chat is English.

import { me } from "./store.js";

const WORDS = {
  en: {
    used: (who) => [`${who} used `, ""],
    thinking: "Cadenza is thinking …",
    edited: "(edited)",
    private: "Only you can see this",
    dismiss: "Dismiss message",
    message: (place) => `Message ${place}`,
    placeholder: (place) => `Message ${place}, or type /`,
    cancel: "Cancel",
    submit: "Submit",
  },
  de: {
    used: (who) => [`${who} hat `, " verwendet"],
    thinking: "Cadenza denkt nach …",
    edited: "(bearbeitet)",
    private: "Nur du kannst das sehen",
    dismiss: "Nachricht verwerfen",
    message: (place) => `Nachricht an ${place}`,
    placeholder: (place) => `Nachricht an ${place}, oder tippe /`,
    cancel: "Abbrechen",
    submit: "Absenden",
  },
  fr: {
    used: (who) => [`${who} a utilisé `, ""],
    thinking: "Cadenza réfléchit…",
    edited: "(modifié)",
    private: "Visible par toi uniquement",
    dismiss: "Masquer le message",
    message: (place) => `Message à ${place}`,
    placeholder: (place) => `Message à ${place}, ou tape /`,
    cancel: "Annuler",
    submit: "Envoyer",
  },
  es: {
    used: (who) => [`${who} ha usado `, ""],
    thinking: "Cadenza está pensando…",
    edited: "(editado)",
    private: "Solo tú puedes ver esto",
    dismiss: "Descartar mensaje",
    message: (place) => `Mensaje a ${place}`,
    placeholder: (place) => `Mensaje a ${place}, o escribe /`,
    cancel: "Cancelar",
    submit: "Enviar",
  },
};

export const words = () => WORDS[me().locale.split("-")[0]] ?? WORDS.en;
