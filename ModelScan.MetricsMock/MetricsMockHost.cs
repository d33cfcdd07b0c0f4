namespace ModelScan.MetricsMock;

/// <summary>Puts the mock together; the program and the tests start the same thing.</summary>
public static class MetricsMockHost
{
    /// <summary>Builds the mock from command-line arguments and the environment.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        return builder.Build();
    }
}
