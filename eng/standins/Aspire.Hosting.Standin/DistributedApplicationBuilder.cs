using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Puts an application together.</summary>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly EntryPointInterception? _interception;

    /// <summary>Reads the command line and the settings.</summary>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
        : this(options, EntryPointInterception.Current, EntryPointInterception.Current is not null)
    {
    }

    private DistributedApplicationBuilder(DistributedApplicationOptions options, EntryPointInterception? interception, bool isUnderTest)
    {
        _interception = interception;
        IsUnderTest = isUnderTest;
        var args = options.Args ?? [];
        AppHostAssembly = _interception?.AppHost ?? Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory ?? DirectoryOf(AppHostAssembly) ?? Directory.GetCurrentDirectory();
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            ApplicationName = AppHostAssembly?.GetName().Name,
            ContentRootPath = AppHostDirectory,
            EnvironmentName = isUnderTest ? Environments.Development : EnvironmentNameOfProcess(),
        });
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        _host.Services.AddSingleton<ResourceNotificationService>();
        ExecutionContext = new DistributedApplicationExecutionContext(
            string.Equals(Configuration["operation"], "publish", StringComparison.OrdinalIgnoreCase) || Configuration["publisher"] is not null
                ? DistributedApplicationOperation.Publish
                : DistributedApplicationOperation.Run);
        DisableDashboard = options.DisableDashboard || isUnderTest;
        RandomizePorts = Configuration.GetValue("DcpPublisher:RandomizePorts", isUnderTest);
    }

    /// <inheritdoc/>
    public ConfigurationManager Configuration => _host.Configuration;

    /// <inheritdoc/>
    public string AppHostDirectory { get; }

    /// <inheritdoc/>
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc/>
    public IHostEnvironment Environment => _host.Environment;

    /// <inheritdoc/>
    public IServiceCollection Services => _host.Services;

    /// <inheritdoc/>
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <inheritdoc/>
    public IList<IResource> Resources { get; } = [];

    internal bool DisableDashboard { get; }

    internal bool RandomizePorts { get; }

    internal bool IsUnderTest { get; }

    /// <summary>Where telemetry goes, once the dashboard has been started; <c>null</c> if there is none.</summary>
    internal string? OtlpEndpoint { get; set; }

    /// <inheritdoc/>
    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There are two resources named '{resource.Name}'.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    /// <inheritdoc/>
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    /// <inheritdoc/>
    public DistributedApplication Build()
    {
        _interception?.OfferBuilder(this);
        _host.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ApplicationRun>(services, this));
        _host.Services.AddHostedService(services => services.GetRequiredService<ApplicationRun>());
        _host.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        var application = new DistributedApplication(_host.Build(), ExecutionContext, [.. Resources], _interception);
        _interception?.OfferApplication(application);
        return application;
    }

    internal static DistributedApplicationBuilder ForTest(string[] args) =>
        new(new DistributedApplicationOptions { Args = args }, interception: null, isUnderTest: true);

    private static string? DirectoryOf(Assembly? appHost) => appHost?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == "apphostprojectpath")?.Value;

    private static string? EnvironmentNameOfProcess() =>
        System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? System.Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT");

    private sealed class ResourceBuilder<T>(DistributedApplicationBuilder application, T resource) : IResourceBuilder<T>
        where T : IResource
    {
        public IDistributedApplicationBuilder ApplicationBuilder => application;

        public T Resource => resource;

        public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation)
            where TAnnotation : IResourceAnnotation
        {
            resource.Annotations.Add(annotation);
            return this;
        }
    }
}
