using System.Runtime.CompilerServices;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.Tests.Support;

/// <summary>Gateways of tests work where the program does: upon the threads that watch the sockets.</summary>
internal static class OnSocketThreads
{
    [ModuleInitializer]
    internal static void Apply() => SocketThreads.Use();
}
