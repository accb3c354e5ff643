export default function About() {
  return <main><h1>about {__RELEASE__}</h1></main>;
}
