using System.Runtime.CompilerServices;

namespace ModelScan.Tests.Support;

/// <summary>
/// Gateways of tests, in this process or in processes that it starts, keep no log of requests unless their test says where: they would all
/// write into the one file of whoever runs the tests.
/// </summary>
internal static class WithoutRequestLog
{
    [ModuleInitializer]
    internal static void Apply() => Environment.SetEnvironmentVariable("RequestLog__Store", "none");
}
