// ASP.NET Core has an interface of this name from before endpoint routing, which nobody here means.
// JSON, texts and buffers: what every room reads and writes with.
global using ModelScan.RoutingApi.Wire;
global using IRouter = ModelScan.RoutingApi.Pipeline.IRouter;
