# Packages: `cpack --config build/CPackConfig.cmake` makes yagura, yagura-libvirt and yagura-dev, of any
# build, whatever its prefix. With SOURCE_DATE_EPOCH the same sources give the same bytes.
set(YG_MAINTAINER "Yagura maintainers <maintainers@yagura.example.org>" CACHE STRING
  "who answers for the packages")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME yagura)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "${YG_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "watchtower for virtualised sites, in one terminal")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL yagura yagura-libvirt yagura-dev)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/packaging/debian.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SOURCE yagura)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${YG_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR}/modules)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(same "yagura (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_YAGURA_PACKAGE_NAME yagura)
set(CPACK_DEBIAN_YAGURA_PACKAGE_RECOMMENDS yagura-libvirt)
set(CPACK_DEBIAN_YAGURA_DESCRIPTION "Shows and moves hosts, virtual machines, containers and the networks
between them, from the controllers that already run: libvirt, Docker and
Podman. What it shows full screen it also prints for scripts.")
set(CPACK_DEBIAN_YAGURA-LIBVIRT_PACKAGE_NAME yagura-libvirt)
set(CPACK_DEBIAN_YAGURA-LIBVIRT_PACKAGE_DEPENDS "${same}")
set(CPACK_DEBIAN_YAGURA-LIBVIRT_DESCRIPTION "The module of yagura that speaks to libvirt: hosts, virtual machines,
snapshots, networks, pools and volumes, live migrations.")
set(CPACK_DEBIAN_YAGURA-DEV_PACKAGE_NAME yagura-dev)
set(CPACK_DEBIAN_YAGURA-DEV_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_YAGURA-DEV_PACKAGE_DEPENDS "${same}")
set(CPACK_DEBIAN_YAGURA-DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_YAGURA-DEV_DESCRIPTION "The headers that plugins of yagura are built against, what pkg-config
needs, and a plugin as a template.")
set(CPACK_YG_PACKAGING ${CMAKE_SOURCE_DIR}/packaging)
include(CPack)
