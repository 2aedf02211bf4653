/**
 * The one inline script: puts the chosen theme on `<html>` before the first paint, so that a dark
 * screen never flashes light. Everything else of the preferences waits for React.
 */

/** The key under which `preferences.ts` keeps what a person prefers. */
export const PREFERENCES_KEY = "droplens";

export const THEME_SCRIPT = `try{var t=JSON.parse(localStorage.getItem(${JSON.stringify(
  PREFERENCES_KEY,
)})||"{}").theme;if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`;
