// ASP.NET Core has an interface of this name from before endpoint routing, which nobody here means.
global using IRouter = ModelScan.RoutingApi.Pipeline.IRouter;
