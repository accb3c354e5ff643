import { Component, provideZonelessChangeDetection, signal } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { RouterLink, RouterOutlet, provideRouter } from "@angular/router";
import { api } from "../../release.js";

declare const __RELEASE__: string;

@Component({
  selector: "shop-root",
  imports: [RouterLink, RouterOutlet],
  template: `
    <h1>{{ release }}</h1>
    <a id="lazy" routerLink="/cart">Cart</a>
    <button id="api" (click)="call()">{{ colour() }}</button>
    <router-outlet />
  `,
})
class Root {
  release = __RELEASE__;
  colour = signal("Call the API");

  async call() {
    this.colour.set(await (await api("/api/colour")).text());
  }
}

bootstrapApplication(Root, {
  providers: [
    provideZonelessChangeDetection(),
    provideRouter([{ path: "cart", loadComponent: () => import("./cart").then(({ Cart }) => Cart) }]),
  ],
});
