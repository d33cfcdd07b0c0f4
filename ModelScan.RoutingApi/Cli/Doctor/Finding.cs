namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, and a person should know.</summary>
    Warning,

    /// <summary>Something that is configured does not work.</summary>
    Failure,
}

/// <summary>What one check found.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Message">What is the matter.</param>
/// <param name="Advice">What to do; empty where nothing has to be done.</param>
internal sealed record Finding(Severity Severity, string Subject, string Message, string Advice = "");
