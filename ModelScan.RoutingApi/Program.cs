using ModelScan.RoutingApi.Cli;
using ModelScan.RoutingApi.Resources;

SocketThreads.Use();
return await CommandLine.RunAsync(args, CommandOutput.OfProcess());
