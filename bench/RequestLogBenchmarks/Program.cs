using System.Globalization;

namespace RequestLogBenchmarks;

/// <summary>
/// What the log of requests does under load, at a million records, and when its process is killed. What a request costs more with it, the load
/// test measures (<c>--only pass-through on-record</c>).
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        switch (args)
        {
            case ["write", var path]:
                await Killed.WriteAsync(path);
                return 0;
            case ["kill"]:
                await Killed.RunAsync(Console.Out);
                return 0;
            case ["load"]:
                await Loaded.RunAsync(Console.Out);
                return 0;
            case ["million"]:
                await Million.RunAsync(Console.Out);
                return 0;
            case ["redecide"]:
                await Redecided.RunAsync(Console.Out);
                return 0;
            default:
                await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project bench/RequestLogBenchmarks -- load | kill | million | redecide");
                return 2;
        }
    }
}
