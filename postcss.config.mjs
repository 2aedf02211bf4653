/** Tailwind runs as a PostCSS plugin; there is nothing else to configure. */
export default { plugins: { "@tailwindcss/postcss": {} } };
