using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>An application that a test runs: random ports, no dashboard.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>The finished application, not started yet; the caller disposes of it, which stops it.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Runs the entry point of an AppHost for a test.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Lets the AppHost describe its application.</summary>
    /// <typeparam name="TEntryPoint">The generated class <c>Projects.NAME_OF_THE_APPHOST</c>.</typeparam>
    /// <exception cref="DistributedApplicationException">The AppHost ends without building an application.</exception>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <inheritdoc cref="CreateAsync{TEntryPoint}(CancellationToken)"/>
    /// <param name="args">The AppHost's command line, which can also set configuration.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var interception = new EntryPointInterception(typeof(TEntryPoint).Assembly, args);
        try
        {
            var builder = await interception.DescribeAsync(cancellationToken);
            builder.Services.AddHttpClient();
            return new Builder(builder, interception.BuildAsync, interception.Complete);
        }
        catch
        {
            interception.Complete();
            throw;
        }
    }

    /// <summary>An application without an AppHost project, put together by the test itself.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args)
    {
        var builder = DistributedApplicationBuilder.ForTest(args);
        builder.Services.AddHttpClient();
        return new Builder(builder, _ => Task.FromResult(builder.Build()), () => { });
    }

    private sealed class Builder(
        DistributedApplicationBuilder inner,
        Func<CancellationToken, Task<DistributedApplication>> build,
        Action complete) : IDistributedApplicationTestingBuilder
    {
        public ConfigurationManager Configuration => inner.Configuration;

        public string AppHostDirectory => inner.AppHostDirectory;

        public Assembly? AppHostAssembly => inner.AppHostAssembly;

        public IHostEnvironment Environment => inner.Environment;

        public IServiceCollection Services => inner.Services;

        public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

        public IList<IResource> Resources => inner.Resources;

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource => inner.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource => inner.CreateResourceBuilder(resource);

        public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

        public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => build(cancellationToken);

        public void Dispose() => complete();

        public ValueTask DisposeAsync()
        {
            complete();
            return ValueTask.CompletedTask;
        }
    }
}
