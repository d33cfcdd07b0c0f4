// JSON, texts and buffers: what every room reads and writes with.
global using System.Text.Json;
global using ModelScan.RoutingApi.Wire;

// ASP.NET Core has an interface of this name from before endpoint routing, which nobody here means.
global using IRouter = ModelScan.RoutingApi.Pipeline.IRouter;
