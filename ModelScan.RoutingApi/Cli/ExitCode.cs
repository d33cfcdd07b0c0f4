namespace ModelScan.RoutingApi.Cli;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    /// <summary>Done, and nothing is wrong.</summary>
    public const int Success = 0;

    /// <summary>Something is wrong with what was looked at or started; standard error says what.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong: nothing was done.</summary>
    public const int Usage = 2;
}
