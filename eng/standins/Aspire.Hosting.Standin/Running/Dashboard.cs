using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>The standalone dashboard of the <c>aspire</c> command line tool, which shows the telemetry that it is sent.</summary>
internal sealed class Dashboard : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Dashboard(ChildProcess process, string otlpEndpoint)
    {
        _process = process;
        OtlpEndpoint = otlpEndpoint;
    }

    /// <summary>Where telemetry is to be sent, by gRPC.</summary>
    public string OtlpEndpoint { get; }

    /// <summary>Starts the dashboard at the addresses of the AppHost's launch profile; <c>null</c>, with one line said, if there is no such tool.</summary>
    public static async Task<Dashboard?> TryStartAsync(IConfiguration configuration, ILogger logger)
    {
        if (ProgramPath.Find("aspire") is not { } aspire)
        {
            logger.LogInformation("There is no dashboard: the aspire command is not on PATH (npm install --global @microsoft/aspire-cli).");
            return null;
        }

        var frontend = configuration["ASPNETCORE_URLS"]?.Split(';')[0] ?? "http://localhost:18888";
        var otlp = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? "http://localhost:4317";
        var otlpHttp = configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] ?? "http://localhost:4318";
        var run = new ProcessStartInfo(
            aspire,
            [
                "dashboard", "run", "--frontend-url", frontend, "--otlp-grpc-url", otlp, "--otlp-http-url", otlpHttp,
                "--non-interactive", "--nologo",
            ]);

        // The launch profile names the service that lists resources, which is not here.
        run.Environment.Remove("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL");
        var isOpen = configuration.GetValue("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", false);
        var token = configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        if (isOpen)
        {
            run.ArgumentList.Add("--allow-anonymous");
        }
        else
        {
            run.Environment["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token;
        }

        try
        {
            var output = new ResourceOutput("dashboard", show: false, logger);
            var process = await ChildProcess.StartAsync(run, output.Write);
            _ = ReportEndAsync(process, output, logger);
            logger.LogInformation("The dashboard, with telemetry only, comes up at {Url}", isOpen ? frontend : $"{frontend}/login?t={token}");
            return new Dashboard(process, otlp);
        }
        catch (Win32Exception failure)
        {
            logger.LogWarning("The dashboard could not be started: {Reason}", failure.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(5));
        _process.Dispose();
    }

    private static async Task ReportEndAsync(ChildProcess process, ResourceOutput output, ILogger logger)
    {
        if (await process.Exited is var exitCode and not 0)
        {
            logger.LogWarning("The dashboard ended with exit code {ExitCode}: {Reason}", exitCode, output.LastLine);
        }
    }
}
